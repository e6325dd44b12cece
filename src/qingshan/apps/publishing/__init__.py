"""The public register of titles and the city's goals. (公示与发布)"""
