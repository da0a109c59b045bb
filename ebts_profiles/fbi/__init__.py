"""The FBI: tables of EBTS versions, and the rules that no table can say."""
