"""An OpenTelemetry collector for logs: takes what comes by OTLP over gRPC, and keeps it as it came."""

from concurrent.futures import ThreadPoolExecutor

import grpc
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse

EXPORT = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"


class Collector(grpc.GenericRpcHandler):
    """Listens on a port of its own."""

    def __init__(self):
        self.received = []
        self._server = grpc.server(ThreadPoolExecutor(2))
        self._server.add_generic_rpc_handlers([self])
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def stop(self):
        self._server.stop(0)

    def service(self, call):
        if call.method == EXPORT:
            return grpc.unary_unary_rpc_method_handler(self._export)
        return None

    def _export(self, message, _context):
        self.received.append(message)
        return ExportLogsServiceResponse().SerializeToString()

    def records(self):
        """The log records so far: their bodies, and their attributes as a dictionary."""
        requests = [ExportLogsServiceRequest.FromString(message) for message in self.received]
        found = [
            record
            for request in requests
            for resource in request.resource_logs
            for scope in resource.scope_logs
            for record in scope.log_records
        ]
        return [
            (record.body.string_value, {each.key: each.value.string_value for each in record.attributes})
            for record in found
        ]
