"""The ATF's eForms, as makers of tools found by trial."""
