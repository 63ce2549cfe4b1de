"""Commands of manage.py about tickets."""
