from django.db import migrations

from qingshan.apps.journal.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("metering", "0001_initial")]
    operations = [append_only("metering_filing")]
