"""The bus: publish a record, receive records, keep the newest."""
