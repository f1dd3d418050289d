"""PromQL expressions at random, from a seed, as small trees that shrinking can take apart.

The rules that keep versions comparable (see README.md) are in here as types: an expression knows
which labels tell its series apart, and whether its values have the same bits in every version
(`exact`). What is not exact is neither compared, rounded nor subtracted.
"""
import dataclasses


@dataclasses.dataclass
class Node:
    """`pattern` with a %s for each child. kind: v instant vector, m range vector, s scalar."""
    kind: str
    pattern: str
    children: tuple = ()
    labels: frozenset = frozenset()
    exact: bool = True
    tame: bool = True       # finite, neither huge nor tiny
    positive: bool = False  # no negative values: adding up loses nothing
    unordered: bool = False  # which of equal samples it has is nobody's promise

    def __str__(self):
        return self.pattern % tuple(str(child) for child in self.children)

    def below(self):
        for child in self.children:
            yield child
            yield from child.below()


# name: labels, is a counter, is tame, is not negative
METRICS = {
    "requests_total": ("job instance method code", True, True, True),
    "errors_total": ("job instance kind", True, True, True),
    "restarts_total": ("", True, True, True),
    "late_total": ("job instance", True, True, True),
    "gone_total": ("job instance", True, True, True),
    "up": ("job instance", False, True, True),
    "memory_bytes": ("job instance", False, True, True),
    "build_info": ("job instance version branch", False, True, True),
    "limit_bytes": ("job", False, True, True),
    "temperature": ("room sensor", False, True, False),
    "named": ("path", False, True, False),
    "wild": ("instance", False, False, False),
    "huge": ("instance", False, False, True),
    "tiny": ("instance", False, False, True),
    "request_seconds_bucket": ("job instance le", True, True, True),
    "odd_seconds_bucket": ("job le", True, True, True),
}
WEIGHTS = {"requests_total": 6, "memory_bytes": 4, "temperature": 4, "up": 3, "errors_total": 3,
           "wild": 2}
VALUES = {
    "job": ("api", "web", "db"), "instance": ("a:1", "b:2", "c:3"), "method": ("GET", "POST"),
    "code": ("200", "404", "500"), "kind": ("timeout",), "version": ("1.0", "1.1"),
    "branch": ("main",), "room": ("north", "south", "west"), "sensor": ("1", "2"),
    "path": ("/plain",), "le": ("0.5", "+Inf"),
}
PATTERNS = {"job": ("a.*", "api|web", ".+"), "instance": ("[ab]:.", ".*:3|a:1", "a.*"),
            "code": ("2..", "4..|5..", "[45].+"), "room": (".*th", "west|none")}
RANGES = ("45s", "1m", "90s", "2m", "5m", "10m", "17m", "30m")
# Never a multiple of 5 s, while steps and all else is: no point lies where a window begins.
SUBQUERY_RANGES = ("1m3s", "2m3s", "4m58s", "10m13s", "20m3s")
SUBQUERY_STEPS = ("", "15s", "20s", "30s", "1m", "2m")
OFFSETS = ("30s", "1m", "5m", "-1m", "-5m", "20m", "1h")

OVER_TIME_EXACT = ("count", "last", "max", "min", "present")
OVER_TIME_ROUGH = ("avg", "sum", "quantile", "stddev", "stdvar")
ROUNDING = ("ceil", "floor", "round", "sgn", "abs")
CURVES = ("exp", "ln", "log2", "log10", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh",
          "cosh", "tanh", "asinh", "acosh", "atanh", "deg", "rad")
DATES = ("minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month",
         "year")
ARITHMETIC = ("+", "-", "*", "/", "%%")  # as patterns have it
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
NUMBERS = ("0", "1", "2", "-1", "0.5", "3", "10", "100", "0.125", "1e3", "1e6", "-2.5")


class Maker:
    def __init__(self, random, now):
        self.random = random
        self.now = now

    # --- small choices

    def one(self, choices):
        return self.random.choice(choices)

    def chance(self, probability):
        return self.random.random() < probability

    def some(self, labels):
        """A part of the labels, in order."""
        return frozenset(label for label in sorted(labels) if self.chance(0.5))

    @staticmethod
    def listed(labels):
        return ", ".join(sorted(labels))

    # --- selectors

    def matcher(self, label):
        op = self.one(("=", "=", "!=", "=~", "=~", "!~"))
        if op in ("=~", "!~"):
            values = PATTERNS.get(label, VALUES[label])
        else:
            values = VALUES[label] + (("none", "") if self.chance(0.1) else ())
        return f'{label}{op}"{self.one(values)}"'

    def modifiers(self):
        text = ""
        if self.chance(0.06):
            text += " @ " + self.one(("start()", "end()", str(self.now - 600),
                                      f"{self.now - 1805}.000"))
        if self.chance(0.1):
            text += " offset " + self.one(OFFSETS)
        return text

    def metric(self, wanted):
        names = [name for name in METRICS if wanted(*METRICS[name][1:])]
        weights = [WEIGHTS.get(name, 1) for name in names]
        return self.random.choices(names, weights)[0]

    def selector_of(self, name, window=""):
        labels, counter, tame, positive = METRICS[name]
        labels = frozenset(labels.split())
        matchers = [self.matcher(label) for label in sorted(labels) if self.chance(0.15)]
        text = name + ("{" + ", ".join(matchers) + "}" if matchers else "")
        if self.chance(0.03):
            text = "{" + ", ".join([f'__name__="{name}"', *matchers]) + "}"
        text += window + self.modifiers()
        kind = "m" if window else "v"
        return Node(kind, text.replace("%", "%%"), labels=labels, tame=tame, positive=positive)

    def selector(self, wanted=lambda counter, tame, positive: True):
        return self.selector_of(self.metric(wanted))

    def window(self, depth, wanted=lambda counter, tame, positive: True, counter=False):
        """A range vector; of counters, only what stays one."""
        if depth > 1 and self.chance(0.2):
            if counter:  # one that is far from zero, see series.py
                return self.subquery(self.selector_of("errors_total"))
            return self.subquery(self.selector(wanted) if self.chance(0.4) else
                                 self.exact(depth - 1, tame=not wanted(False, False, False)))
        return self.selector_of(self.metric(wanted), f"[{self.one(RANGES)}]")

    def subquery(self, inner):
        after = self.modifiers()
        while "@" in str(inner) and "-" in after:  # 2.42 looks elsewhere when both begin together
            after = self.modifiers()
        text = f"[{self.one(SUBQUERY_RANGES)}:{self.one(SUBQUERY_STEPS)}]" + after
        pattern = ("%s" if inner.pattern.endswith(")") or "{" in inner.pattern else "(%s)") + text
        return dataclasses.replace(inner, kind="m", pattern=pattern, children=(inner,))

    # --- scalars

    def scalar(self, depth=1):
        pick = self.random.random()
        if depth > 0 and pick < 0.1:
            return Node("s", "scalar(%s)", (self.aggregation(depth, exact=True, single=True),),
                        tame=False)
        if depth > 0 and pick < 0.2:
            return Node("s", f"(%s {self.one('+-*')} %s)", (self.scalar(0), self.scalar(0)))
        if pick < 0.25:
            return Node("s", "time()", tame=False, positive=True)
        if pick < 0.28:
            return Node("s", "pi()", positive=True)
        number = self.one(NUMBERS)
        return Node("s", number, positive=not number.startswith("-"))

    # --- instant vectors

    def vector(self, depth):
        """Any instant vector."""
        if depth <= 0:
            return self.selector()
        makers = ((self.selector, 2), (self.range_function, 6), (self.aggregation, 6),
                  (self.binary, 6), (self.with_scalar, 4), (self.sets, 3), (self.curve, 2),
                  (self.rounding, 2), (self.relabelled, 2), (self.histogram, 2), (self.others, 2))
        maker = self.random.choices([each for each, _ in makers], [weight for _, weight in makers])
        made = maker[0]() if maker[0] == self.selector else maker[0](depth)
        return made

    def exact(self, depth, tame=False, positive=False):
        """One whose values have the same bits everywhere."""
        for _ in range(20):
            made = self.vector(depth) if depth > 0 else self.selector()
            if (made.exact and (made.tame or not tame) and (made.positive or not positive)
                    and not made.unordered):
                return made
        return self.selector(lambda _, t, p: (t or not tame) and (p or not positive))

    def summable(self, depth):
        """Whose sum does not depend on how it is added up: exact and tame, or never negative."""
        made = self.vector(depth)
        if not made.unordered and made.tame and (made.exact or made.positive):
            return made
        return self.exact(depth, tame=True)

    def range_function(self, depth):
        pick = self.random.random()
        if pick < 0.4:
            name = self.one(("rate", "increase", "rate", "irate"))
            inner = self.window(depth, lambda counter, tame, positive: counter, counter=True)
            return Node("v", name + "(%s)", (inner,), inner.labels, exact=False, positive=True)
        if pick < 0.6:
            inner = self.window(depth)
            exact, name = self.chance(0.6), None
            name = self.one(OVER_TIME_EXACT if exact else OVER_TIME_ROUGH)
            if name in ("avg", "sum", "stddev", "stdvar") and not inner.tame:
                name, exact = "max", True
            if name == "avg" and not inner.positive:
                name = "sum"
            pattern = "quantile_over_time(%s, %%s)" % self.one(("0", "0.37", "0.9", "1", "1.5", "-1"))
            pattern = pattern if name == "quantile" else f"{name}_over_time(%s)"
            positive = inner.positive or name in ("count", "present", "stddev", "stdvar")
            return Node("v", pattern, (inner,), inner.labels, exact,
                        inner.tame and name != "quantile", positive)
        inner = self.window(depth, lambda counter, tame, positive: tame)
        pattern = self.one(("delta(%s)", "idelta(%s)", "deriv(%s)", "changes(%s)", "resets(%s)",
                            f"predict_linear(%s, {self.one(('60', '3600', '-300'))})",
                            f"double_exponential_smoothing(%s, {self.one(('0.3', '0.8'))}, 0.4)",
                            "absent_over_time(%s)"))
        while pattern.startswith("predict") and "@" in str(inner):  # 2.42 gives the first step only
            inner = self.window(depth, lambda counter, tame, positive: tame)
        exact = pattern.startswith(("changes", "resets", "absent", "idelta"))
        labels = frozenset() if pattern.startswith("absent") else inner.labels
        return Node("v", pattern, (inner,), labels, exact,
                    positive=pattern.startswith(("changes", "resets", "absent")))

    def grouping(self, labels, single):
        if single:
            return "", frozenset()
        kept = self.some(labels)
        if self.chance(0.3):
            return f" without ({self.listed(labels - kept)}) ", kept
        if self.chance(0.1):
            return f" by ({self.listed(kept | {'nowhere'})}) ", kept
        return f" by ({self.listed(kept)}) ", kept

    def aggregation(self, depth, exact=False, single=False):
        names = ("min", "max", "count", "group")
        if not exact:
            names += ("sum", "sum", "sum", "avg", "avg", "stddev", "stdvar", "quantile",
                      "count_values")
        name = self.one(names)
        parameter = ""
        if name in ("sum", "avg"):
            inner = self.summable(depth - 1)
            name = name if inner.positive else "sum"
        elif name in ("stddev", "stdvar"):  # small beside the values, they would show roundings
            inner = self.selector(lambda counter, tame, positive: tame)
        elif name == "count_values" or exact:
            inner = self.exact(depth - 1)
        else:
            inner = self.vector(depth - 1)
            while inner.unordered:
                inner = self.vector(depth - 1)
        by, labels = self.grouping(inner.labels, single)
        if name == "count_values" and " by" in by:  # 2.42 spoils the list of labels for later steps
            by, labels = " by () ", frozenset()
        if name == "quantile":
            parameter = self.one(("0", "0.37", "0.913", "1", "-0.5", "2", "NaN")) + ", "
        if name == "count_values":
            parameter, labels = '"value", ', labels | {"value"}
        is_exact = name in ("count", "group", "count_values") or (
            name in ("min", "max") and inner.exact)
        counts = name in ("count", "group", "count_values")
        return Node("v", f"{name}{by}({parameter}%s)", (inner,), labels, is_exact,
                    counts or (inner.tame and name != "quantile"),
                    counts or inner.positive or name.startswith("std"))

    def chosen(self, depth):
        """topk and bottomk, at the root only."""
        inner = self.exact(depth - 1)
        by, _ = self.grouping(inner.labels, self.chance(0.5))
        pattern = f"{self.one(('topk', 'bottomk'))}{by}({self.one('01235')}, %s)"
        return dataclasses.replace(inner, pattern=pattern, children=(inner,), unordered=True)

    def sorted(self, depth):
        """sort and sort_desc, at the root only."""
        inner = self.exact(depth - 1)
        return dataclasses.replace(inner, pattern=self.one(("sort(%s)", "sort_desc(%s)")),
                                   children=(inner,))

    def with_scalar(self, depth):
        compares = self.chance(0.45)
        inner = self.exact(depth - 1) if compares else self.vector(depth - 1)
        while inner.unordered:
            inner = self.vector(depth - 1)
        scalar = self.scalar()
        sides = (inner, scalar) if self.chance(0.75) else (scalar, inner)
        if compares:
            is_bool = self.chance(0.3)
            pattern = f"(%s {self.one(COMPARISONS)}{' bool' if is_bool else ''} %s)"
            return Node("v", pattern, sides, inner.labels, True, is_bool or inner.tame,
                        is_bool or inner.positive)
        exact = inner.exact and scalar.exact
        op = self.one(ARITHMETIC if exact else "*/")
        if self.chance(0.1):
            op, exact = self.one(("^", "atan2")), False
        if op == "^":
            sides = (inner, Node("s", self.one(("2", "0.5", "-1", "3"))))
        positive = inner.positive and (op in "*/+" and scalar.positive)
        if op == "atan2":  # keeps the name in 2.42: has none here
            side = sides.index(inner)
            nameless = dataclasses.replace(inner, pattern="max without () (%s)", children=(inner,))
            sides = (nameless, scalar) if side == 0 else (scalar, nameless)
        return Node("v", f"(%s {op} %s)", sides, inner.labels, exact,
                    inner.tame and scalar.tame and op in ("+", "-", "*"), positive)

    def partner(self, left, depth, exact):
        """A vector that matches `left` on the labels given back, at most one for each of left's."""
        on = self.some(left.labels)
        for _ in range(8):
            right = self.exact(depth) if exact else self.vector(depth)
            if right.labels <= left.labels and not right.unordered:
                return right, right.labels
        source = self.exact(0)
        for _ in range(8):
            if on <= source.labels:
                break
            source = self.exact(0)
        on &= source.labels
        name = self.one(("max", "min", "count", "group"))
        return Node("v", f"{name} by ({self.listed(on)}) (%s)", (source,), on, True,
                    source.tame or name in ("count", "group"),
                    source.positive or name in ("count", "group")), on

    def binary(self, depth):
        compares = self.chance(0.35)
        exact = compares or self.chance(0.6)
        left = self.exact(depth - 1) if exact else self.vector(depth - 1)
        while left.unordered:
            left = self.vector(depth - 1)
        right, on = self.partner(left, depth - 1, exact)
        if self.chance(0.06):  # perhaps an error
            on = self.some(left.labels | right.labels)
        many = left.labels != on or self.chance(0.1)
        extra = self.some(right.labels) if many and self.chance(0.3) else frozenset()
        ignored = left.labels - on
        matching = (f"ignoring ({self.listed(ignored)})" if on <= left.labels and self.chance(0.3)
                    else f"on ({self.listed(on)})")
        swap = self.chance(0.25)
        if many:
            matching += (f" group_{'right' if swap else 'left'}"
                         + (f" ({self.listed(extra)})" if extra else
                            "" if self.chance(0.5) else " ()"))
        elif left.labels == right.labels and self.chance(0.5):
            matching = ""
        sides = (right, left) if swap else (left, right)
        labels = left.labels if many else on
        if compares:
            is_bool = " bool" if self.chance(0.3) else ""
            pattern = f"(%s {self.one(COMPARISONS)}{is_bool} {matching} %s)"
            return Node("v", pattern, sides, labels, True, bool(is_bool) or sides[0].tame,
                        bool(is_bool) or sides[0].positive)
        is_exact = left.exact and right.exact
        op = self.one(ARITHMETIC if is_exact else "*/")
        tame = left.tame and right.tame and op in "+-"
        positive = left.positive and right.positive and op in "+*/"
        return Node("v", f"(%s {op} {matching} %s)", sides, labels, is_exact, tame, positive)

    def sets(self, depth):
        left = self.vector(depth - 1)
        right = self.vector(depth - 1) if self.chance(0.5) else self.partner(left, depth - 1, False)[0]
        while left.unordered or right.unordered:
            left, right = self.selector(), self.selector()
        op = self.one(("and", "or", "unless", "and"))
        common = left.labels & right.labels
        matching = ""
        if common != left.labels or self.chance(0.3):
            matching = f" on ({self.listed(common)})"
        elif self.chance(0.3):
            matching = f" ignoring ({self.listed(self.some(common))})"
        if op != "or":
            return dataclasses.replace(left, pattern=f"(%s {op}{matching} %s)",
                                       children=(left, right))
        return Node("v", f"(%s {op}{matching} %s)", (left, right), left.labels | right.labels,
                    left.exact and right.exact, left.tame and right.tame,
                    left.positive and right.positive)

    def curve(self, depth):
        inner = self.exact(depth - 1)
        name = self.one(CURVES)
        # Go finds these infinite a little too early.
        pattern = f"{name}(clamp(%s, -500, 500))" if name in ("sinh", "cosh") else f"{name}(%s)"
        return Node("v", pattern, (inner,), inner.labels, False, False)

    def rounding(self, depth):
        inner = self.exact(depth - 1)
        name = self.one(ROUNDING)
        pattern = f"{name}(%s)"
        if name == "round" and self.chance(0.5):
            pattern = f"round(%s, {self.one(('10', '0.5', '0.1', '-3', '0'))})"
        if self.chance(0.3):
            low, high = self.one(NUMBERS), self.one(NUMBERS)
            pattern = self.one((f"clamp(%s, {low}, {high})", f"clamp_min(%s, {low})",
                                f"clamp_max(%s, {high})", "-%s"))
            if pattern == "-%s" and inner.pattern[-1] != ")":
                pattern = "-(%s)"
        return Node("v", pattern, (inner,), inner.labels, True, inner.tame and name == "ceil",
                    name == "abs" and pattern.startswith("abs"))

    def relabelled(self, depth):
        inner = self.vector(depth - 1)
        while inner.unordered:
            inner = self.vector(depth - 1)
        source = self.one(sorted(inner.labels) or ["job"])
        pattern = self.one((
            f'label_replace(%s, "fresh", "$1-x", "{source}", "(.).*")',
            f'label_replace(%s, "fresh", "all", "", "")',
            f'label_replace(%s, "{source}", "same", "{source}", "a.*")',
            f'label_join(%s, "fresh", "/", "{source}", "job")'))
        labels = inner.labels | ({"fresh"} if '"fresh"' in pattern else frozenset())
        return dataclasses.replace(inner, pattern=pattern, children=(inner,), labels=labels)

    def histogram(self, depth):
        name = self.one(("request_seconds_bucket", "request_seconds_bucket", "odd_seconds_bucket"))
        inner = self.selector_of(name)
        if self.chance(0.6):
            window = self.selector_of(name, f"[{self.one(RANGES)}]")
            inner = Node("v", self.one(("rate(%s)", "increase(%s)")), (window,), window.labels,
                         exact=False)
        labels = inner.labels - {"le"}
        if self.chance(0.4) and labels:
            kept = self.some(labels)
            inner = Node("v", f"sum by ({self.listed(kept | {'le'})}) (%s)", (inner,),
                         kept | {"le"}, inner.exact)
            labels = kept
        q = self.one(("0.37", "0.913", "0.99", "0.07", "-1", "1.5", "0", "1"))
        return Node("v", f"histogram_quantile({q}, %s)", (inner,), labels, False, False)

    def others(self, depth):
        inner = self.exact(depth - 1)
        pick = self.random.random()
        if pick < 0.3:
            while "@" in str(inner):  # 2.42 looks elsewhere
                inner = self.exact(depth - 1)
            return Node("v", "timestamp(%s)", (inner,), inner.labels, True, False, True)
        if pick < 0.5:
            return Node("v", "absent(%s)", (inner,), frozenset(), True, True, True)
        if pick < 0.7:
            dated = self.exact(depth - 1, tame=True)
            return Node("v", self.one(DATES) + "(%s)", (dated,), dated.labels, True, True, True)
        if pick < 0.8:
            return Node("v", self.one(DATES) + "()", (), frozenset(), True, True, True)
        scalar = self.scalar(depth)
        return Node("v", "vector(%s)", (scalar,), frozenset(), True, scalar.tame, scalar.positive)

    def expression(self):
        depth = self.random.choices((1, 2, 3, 4), (2, 5, 4, 2))[0]
        pick = self.random.random()
        if pick < 0.03:
            return self.scalar(2)
        if pick < 0.08:
            return self.chosen(depth)
        if pick < 0.10:
            return self.sorted(depth)
        if pick < 0.12:
            return self.window(depth)
        return self.vector(depth)
