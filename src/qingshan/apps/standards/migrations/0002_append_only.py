from django.db import migrations

from qingshan.apps.journal.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_initial")]
    operations = [append_only("standards_standardtext"), append_only("standards_standardedit")]
