"""Brief, map, tables and exchange files of a picture."""
