/** Finds the route for a method and path; `:name` in a pattern matches one segment and becomes a parameter. */
export const matchRoute = (routes, method, path) => {
  for (const route of routes) {
    const params = route.method === method ? matchPath(route.path, path) : undefined;
    if (params) return { handler: route.handler, params };
  }
  return undefined;
};

const matchPath = (pattern, path) => {
  const expected = pattern.split('/');
  const actual = path.split('/');
  if (expected.length !== actual.length) return undefined;
  const params = {};
  for (const [index, part] of expected.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(actual[index]);
    else if (part !== actual[index]) return undefined;
  }
  return params;
};
