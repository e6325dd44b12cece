"""Results of evaluations with their reasons. (评价)"""
