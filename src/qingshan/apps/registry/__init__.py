"""Organisations by unified social credit code. (主体库)"""
