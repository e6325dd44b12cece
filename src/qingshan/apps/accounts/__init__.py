"""Users, their roles and whom they act for. (账户)"""
