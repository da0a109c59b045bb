"""German authorities, as the test specifications of the BSI know them: GSAT 3, and sizes that SIS and EES take."""
