"""Whether two answers say the same, and which differences between versions are no fault."""
import math
import re

TOLERANCE = 1e-9


def same_number(a, b):
    a, b = float(a), float(b)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or abs(a - b) <= TOLERANCE * max(abs(a), abs(b))


def same_points(a, b):
    return (len(a) == len(b)
            and all(x[0] == y[0] and same_number(x[1], y[1]) for x, y in zip(a, b)))


def points_of(series):
    return series["values"] if "values" in series else [series["value"]]


def by_labels(result):
    return {frozenset(series["metric"].items()): points_of(series) for series in result}


def values_only(result):
    """All points in order, without the labels: for topk, where which of equals is not said."""
    def order(point):
        value = float(point[1])
        return point[0], not math.isnan(value), value
    return sorted((point for series in result for point in points_of(series)), key=order)


def difference(theirs, ours, unordered=False, sequence=False):
    """What is different, in a few words; None when nothing is."""
    if theirs["status"] != ours["status"]:
        return "one of them is an error"
    if theirs["status"] == "error":
        return None
    theirs, ours = theirs["data"], ours["data"]
    if theirs["resultType"] != ours["resultType"]:
        return "another type"
    theirs, ours = theirs["result"], ours["result"]
    if not theirs and not ours:
        return None
    if theirs and not isinstance(theirs[0], dict):
        return None if same_points([theirs], [ours]) else "another number"
    if unordered:
        return None if same_points(values_only(theirs), values_only(ours)) else "other values"
    left, right = by_labels(theirs), by_labels(ours)
    if left.keys() != right.keys() or len(right) != len(ours):
        return "other series"
    if not all(same_points(points, right[labels]) for labels, points in left.items()):
        return "other values"
    if sequence and not same_points([points_of(series)[0] for series in theirs],
                                    [points_of(series)[0] for series in ours]):
        return "another order"
    return None


# Differences that come from a change in Prometheus between 2.42 and 3.x, where we are as 3.x is.
def rule_for(expression, theirs, ours):
    """The name of the rule in README.md that explains the difference, or None."""
    our_error = ours.get("error", "")
    if (theirs["status"] == "success" and "multiple matches for labels" in our_error
            and re.search(r"[<>=!]=? |[<>] ", expression)):
        return "filters check their matches first (3.9)"
    their_error = theirs.get("error", "")
    if ours["status"] == "success" and "same labelset" in their_error:
        return "series that never meet may share labels (3.9)"
    return None
