"""Django e-mail backend that queues messages in the database."""
