"""Versions of standards and their life: draft, consultation, in force, superseded, withdrawn. (标准管理)"""
