"""The champion's duty: who has it and when, from each journey's rota and what people have arranged."""
