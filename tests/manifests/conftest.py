from judges import custom_schemas, kubernetes_schema, validate

__all__ = ["custom_schemas", "kubernetes_schema", "validate"]
