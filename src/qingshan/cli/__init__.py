"""The command line: `qingshan <noun> <verb>`; engines without a database. Same errors as the screen."""
