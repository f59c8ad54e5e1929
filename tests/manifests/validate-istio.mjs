// Reads a JSON list of Istio objects from stdin and prints a list of what is wrong with each, null for nothing.
import { text } from "node:stream/consumers";

async function problem(object) {
  const model = await import(`@kubernetes-models/istio/${object.apiVersion}/${object.kind}`);
  try {
    new model[object.kind](object).validate();
    return null;
  } catch (error) {
    return error.message;
  }
}

const objects = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(await Promise.all(objects.map(problem))));
