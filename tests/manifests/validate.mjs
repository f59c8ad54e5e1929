// Reads a JSON list of custom objects from stdin and prints a list of what is wrong with each, null for nothing.
import { text } from "node:stream/consumers";

const packages = {
  "gateway.envoyproxy.io": "envoy-gateway",
  "gateway.networking.k8s.io": "gateway-api",
  "monitoring.coreos.com": "prometheus-operator",
};

async function problem(object) {
  const group = object.apiVersion.split("/")[0];
  const found = packages[group] ?? "istio";
  const model = await import(`@kubernetes-models/${found}/${object.apiVersion}/${object.kind}`);
  try {
    new model[object.kind](object).validate();
    return null;
  } catch (error) {
    return error.message;
  }
}

const objects = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(await Promise.all(objects.map(problem))));
