"""The project as a whole: what names mean across its files, who calls whom, and where the outside gets in."""
