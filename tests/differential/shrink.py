"""Makes a case smaller as long as it still shows what it shows."""
import copy
import dataclasses

MOST_TRIES = 300


def replaced(node, path, new):
    """The tree with another node at the path (indexes of children)."""
    if not path:
        return new
    children = list(node.children)
    children[path[0]] = replaced(children[path[0]], path[1:], new)
    return dataclasses.replace(node, children=tuple(children))


def places(node, path=()):
    yield path, node
    for i, child in enumerate(node.children):
        yield from places(child, (*path, i))


def smaller_trees(root):
    """The largest steps first: a part instead of the whole, then parts of parts."""
    for part in root.below():
        if part.kind in "vs":
            yield part
    for path, node in places(root):
        if not path:
            continue
        for part in node.below():
            if part.kind == node.kind:
                yield replaced(root, path, part)


def smaller_cases(case):
    if case.steps:
        for i in range(case.steps + 1):
            one = copy.copy(case)
            one.at, one.steps = case.at + i * case.step, 0
            yield one
    for tree in smaller_trees(case.node):
        one = copy.copy(case)
        one.node = tree
        yield one


def shrink(case, is_different):
    tries = 0
    smaller = True
    while smaller:
        smaller = False
        for candidate in smaller_cases(case):
            tries += 1
            if tries > MOST_TRIES:
                return case
            if is_different(candidate):
                case, smaller = candidate, True
                break
    return case
