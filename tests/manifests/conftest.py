from judges import (
    custom_schemas,
    kubernetes_schema,
    promtool,
    pytest_collection_modifyitems,
    pytest_configure,
    validate,
)

__all__ = [
    "custom_schemas",
    "kubernetes_schema",
    "promtool",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "validate",
]
