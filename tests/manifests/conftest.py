from judges import istio_problems, kubernetes_schema, validate

__all__ = ["istio_problems", "kubernetes_schema", "validate"]
