"""Key accounts: who may be one and who is; asked for, decided, ended."""
