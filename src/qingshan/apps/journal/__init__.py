"""Who did what under which clause: append-only, hash-chained. (日志)"""
