interface Node<Item> {
  readonly dueMs: number;
  readonly order: number;
  readonly item: Item;
}

/** A queue ordered by due time; items of equal time leave in the order they came. A binary heap: both ways cost the logarithm of the length. */
export class DueHeap<Item> {
  readonly #nodes: Node<Item>[] = [];
  #order = 0;

  get size(): number {
    return this.#nodes.length;
  }

  /** When the first item is due; null when there is none. */
  nextDueMs(): number | null {
    return this.#nodes[0]?.dueMs ?? null;
  }

  /** Adds an item. Throws a RangeError for a due time that is not a number: it would have no place in the order. */
  push(dueMs: number, item: Item): void {
    if (Number.isNaN(dueMs)) throw new RangeError('an item is due at no number');
    const nodes = this.#nodes;
    const node: Node<Item> = { dueMs, order: this.#order++, item };
    let hole = nodes.length;
    nodes.push(node);
    while (hole > 0) {
      const parentAt = (hole - 1) >> 1;
      const parent = nodes[parentAt] as Node<Item>;
      if (!isBefore(node, parent)) break;
      nodes[hole] = parent;
      hole = parentAt;
    }
    nodes[hole] = node;
  }

  /** Takes the first item out; undefined when there is none. */
  pop(): Item | undefined {
    const nodes = this.#nodes;
    const first = nodes[0];
    const last = nodes.pop();
    if (first === undefined || last === undefined) return undefined;
    if (nodes.length > 0) this.#sink(last);
    return first.item;
  }

  #sink(node: Node<Item>): void {
    const nodes = this.#nodes;
    let hole = 0;
    for (;;) {
      const left = 2 * hole + 1;
      const leftChild = nodes[left];
      if (leftChild === undefined) break;
      const rightChild = nodes[left + 1];
      const takeRight = rightChild !== undefined && isBefore(rightChild, leftChild);
      const child = takeRight ? rightChild : leftChild;
      if (!isBefore(child, node)) break;
      nodes[hole] = child;
      hole = takeRight ? left + 1 : left;
    }
    nodes[hole] = node;
  }
}

function isBefore<Item>(a: Node<Item>, b: Node<Item>): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
