"""The series that expressions are tried on: two hours of them, some 150, from a seed.

No sample lies on a whole second: Prometheus 2.42 has its ranges closed on the left, 3.x (and we) have
them open, and expressions of expressions.py look at whole seconds only. Fractions are eighths, which
floating-point seconds hold exactly.
"""
import math

BEGIN = 1_700_006_400  # a multiple of two hours: one block
LENGTH = 7200
INTERVAL = 15
BOUNDS = ("0.05", "0.1", "0.25", "0.5", "1", "2.5", "10", "+Inf")


def text_of(name, labels):
    def quoted(value):
        return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    inside = ",".join(f'{key}="{quoted(value)}"' for key, value in labels.items())
    return f"{name}{{{inside}}}" if inside else name


def number(value):
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(value)


class Series:
    """Writes the series one after the other."""

    def __init__(self, random):
        self.random = random
        self.lines = []

    def times(self, start=0, end=LENGTH):
        """Every 15 s, up to half a second off, never on a whole one."""
        for at in range(start, end, INTERVAL):
            yield BEGIN + at + self.random.choice((-3, -2, -1, 1, 2, 3)) / 8

    def write(self, name, labels, samples):
        series = text_of(name, labels)
        self.lines.extend(f"{series} {number(value)} {at:.3f}" for at, value in samples)

    def with_gaps(self, samples):
        """Without some stretches of up to a third of the time."""
        samples = list(samples)
        for _ in range(self.random.randint(1, 3)):
            start = self.random.randrange(len(samples))
            del samples[start:start + self.random.randint(1, len(samples) // 3)]
            if len(samples) < 20:
                break
        return samples

    def counter(self, start=0, end=LENGTH, step=20, resets=0.01, base=0):
        """Begins at `base`, falls to zero now and then."""
        value = base
        for at in self.times(start, end):
            yield at, float(value)
            value = 0 if self.random.random() < resets else value + self.random.randrange(step)

    def gauge(self, middle, spread, unit):
        """Wanders in multiples of `unit`, so that sums are exact."""
        value = middle
        for at in self.times():
            value += self.random.randint(-spread, spread)
            yield at, value * unit


def targets():
    for job in ("api", "web", "db"):
        for instance in ("a:1", "b:2", "c:3"):
            yield {"job": job, "instance": instance}


def write_counters(out):
    for target in targets():
        for method in ("GET", "POST"):
            for code in out.random.sample(("200", "404", "500"), 2):
                out.write("requests_total", {**target, "method": method, "code": code},
                          out.counter())
        # No gaps where a counter is small: 2.42 thinks it further back to zero than 2.52 and later.
        out.write("errors_total", {**target, "kind": "timeout"},
                  out.with_gaps(out.counter(step=3, base=1_000_000, resets=0)))
    out.write("restarts_total", {}, out.counter(step=2, resets=0))
    out.write("late_total", {"job": "api", "instance": "a:1"}, out.counter(start=2700))
    out.write("gone_total", {"job": "api", "instance": "b:2"}, out.counter(end=4200))


def write_gauges(out):
    for index, target in enumerate(targets()):
        up = [(at, float(out.random.random() < 0.9)) for at in out.times()]
        out.write("up", target, out.with_gaps(up) if index % 4 == 3 else up)
        out.write("memory_bytes", target, out.gauge(500_000, 20_000, 4096))
        out.write("build_info", {**target, "version": f"1.{index % 2}", "branch": "main"},
                  ((at, 1.0) for at in out.times()))
    for job, limit in (("api", 2.5e9), ("web", 1.25e9), ("db", 3e9)):
        out.write("limit_bytes", {"job": job}, ((at, limit) for at in out.times()))
    for room in ("north", "south", "west"):
        for sensor in ("1", "2"):
            series = out.gauge(0, 40, 1 / 8)
            out.write("temperature", {"room": room, "sensor": sensor},
                      out.with_gaps(series) if sensor == "2" else series)
    for name in ("plain", 'q"uote', "back\\slash", "grün"):
        out.write("named", {"path": f"/{name}"}, out.gauge(100, 5, 1))


def write_wild(out):
    """What arithmetic has at its edges. No denormal numbers: Go 1.19 has wrong logarithms of them."""
    odd = (math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -2.5)
    for instance in ("a:1", "b:2", "c:3", "d:4"):
        some = out.random.sample(odd, 3) + [3.0]
        out.write("wild", {"instance": instance},
                  ((at, out.random.choice(some)) for at in out.times()))
    for instance in ("a:1", "b:2"):
        out.write("huge", {"instance": instance},
                  ((at, out.random.choice((1e307, 1.5e308, 2.0**900))) for at in out.times()))
        out.write("tiny", {"instance": instance},
                  ((at, out.random.choice((1e-200, 3e-205, 2.0**-700))) for at in out.times()))


def write_histogram(out, name, labels, disorder):
    """Buckets that rise with their bounds, or (`disorder`) do not always."""
    counts = [0] * len(BOUNDS)
    rows = []
    for at in out.times():
        rows.append((at, list(counts)))
        for _ in range(out.random.randrange(12)):
            bucket = min(int(out.random.expovariate(0.5)), len(BOUNDS) - 1)
            for i in range(bucket, len(BOUNDS)):
                counts[i] += 1
        if disorder and out.random.random() < 0.2:
            counts[out.random.randrange(len(BOUNDS) - 1)] += 5
    for i, bound in enumerate(BOUNDS):
        out.write(f"{name}_bucket", {**labels, "le": bound},
                  ((at, float(counts[i])) for at, counts in rows))


def write_histograms(out):
    for target in list(targets())[:4]:
        write_histogram(out, "request_seconds", target, disorder=False)
    for job in ("api", "web"):
        write_histogram(out, "odd_seconds", {"job": job}, disorder=True)
    out.write("endless_bucket", {"le": "1"}, out.counter())
    out.write("endless_bucket", {"le": "2"}, out.counter(base=2000))
    out.write("endless_bucket", {"le": "many"}, out.counter(base=2000))


def make(random):
    """The text of an OpenMetrics file."""
    out = Series(random)
    for part in (write_counters, write_gauges, write_wild, write_histograms):
        part(out)
    names = sorted(range(len(out.lines)), key=lambda i: out.lines[i].split("{")[0].split(" ")[0])
    return "\n".join(out.lines[i] for i in names) + "\n# EOF\n"
