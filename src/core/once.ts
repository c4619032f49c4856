/** Makes a function that computes its value at the first call and keeps it. */
export function once<T>(compute: () => T): () => T {
  let kept: { readonly value: T } | null = null;
  return () => {
    kept ??= { value: compute() };
    return kept.value;
  };
}

/** The same of a function of one argument: each argument's value is computed once. */
export function onceEach<K, T>(compute: (key: K) => T): (key: K) => T {
  const kept = new Map<K, { readonly value: T }>();
  return (key) => {
    const known = kept.get(key) ?? { value: compute(key) };
    kept.set(key, known);
    return known.value;
  };
}
