"""The rota: who is on duty, decided fairly and for everybody to follow."""
