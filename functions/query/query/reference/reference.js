// The contract as a page (Swagger UI), with examples that can be sent as they are.

/** The contract with references to parameters undone, and fields that begin with what can be sent at once. */
function ready(contract, movieId) {
  const parameters = contract.components.parameters;
  for (const item of Object.values(contract.paths)) {
    for (const operation of Object.values(item)) {
      operation.parameters = (operation.parameters ?? []).map((each) =>
        (each.$ref ? structuredClone(parameters[each.$ref.split("/").at(-1)]) : each)).map((each) => begun(each, movieId));
    }
  }
  return contract;
}

// Swagger UI fills every field with its example, and all filters at once leave no movie: those that may be left
// out begin empty, and say what could stand there.
function begun(parameter, movieId) {
  if (parameter.name === "id" && movieId) return { ...parameter, example: movieId };
  if (parameter.required) return parameter;
  const { example, ...rest } = parameter;
  return { ...rest, description: `${rest.description ?? ""}\n\nFor example \`${[example].flat().join("`, `")}\`.` };
}

const json = (path) => fetch(path).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(path))));

const [contract, movies] = await Promise.all([json("/openapi.json"), json("/movies?limit=1&fields=id").catch(() => [])]);
window.SwaggerUIBundle({
  spec: ready(contract, movies[0]?.id),
  domNode: document.getElementById("reference"),
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  supportedSubmitMethods: ["get"],
  validatorUrl: null,
});
