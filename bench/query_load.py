"""The samples and the queries of query.py: 10,000 series and as many buckets, an hour at 15 s.

Samples lie off whole seconds: Prometheus before 3.0 has its ranges closed on the left, we do not.
"""
import random

BEGIN = 1_700_006_400 + 1800  # within one block of two hours
LENGTH = 3600
END = BEGIN + LENGTH
INTERVAL = 15
JOBS, INSTANCES = 10, 100
METHODS = ("GET", "POST")
CODES = ("200", "204", "404", "500", "503")
BOUNDS = ("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "+Inf")

REQUESTS = "http_requests_total"
BUCKETS = "http_request_duration_seconds_bucket"
BY_JOB = f"sum by (job) (rate({REQUESTS}[5m]))"

# name, expression, whether topk's choice among equals is compared
INSTANT = (
    ("selector", REQUESTS),
    ("selector, filtered", f'{REQUESTS}{{job="job-3", code=~"5.."}}'),
    ("comparison", f"{REQUESTS} > 105000"),
    ("rate", f"rate({REQUESTS}[5m])"),
    ("increase, 1 h", f"increase({REQUESTS}[1h])"),
    ("avg_over_time, 1 h", f"avg_over_time({REQUESTS}[1h])"),
    ("max_over_time, 1 h", f"max_over_time({REQUESTS}[1h])"),
    ("sum by", f"sum by (job, code) ({REQUESTS})"),
    ("sum by of rate", BY_JOB),
    ("topk of rate", f"topk(10, rate({REQUESTS}[5m]))"),
    ("histogram_quantile", f"histogram_quantile(0.99, sum by (job, le) (rate({BUCKETS}[5m])))"),
    ("histogram_quantile, each", f"histogram_quantile(0.9, rate({BUCKETS}[5m]))"),
    ("join, one to one", f"rate({REQUESTS}[5m]) / increase({REQUESTS}[5m])"),
    ("join, group_left", f"rate({REQUESTS}[5m]) * on (job, instance) group_left (version) info"),
    ("and", f"{REQUESTS} and on (job, instance) (info{{version=\"v1\"}} == 1)"),
    ("alert on errors", f'sum by (job) (rate({REQUESTS}{{code=~"5.."}}[5m])) / {BY_JOB} > 0.05'),
    ("alert on absence", 'absent(info{job="job-99"})'),
    ("subquery", f"max_over_time({BY_JOB}[9m57s:1m])"),
)
# name, expression, step in seconds
RANGE = (
    ("selector", REQUESTS, 60),
    ("selector, filtered", f'{REQUESTS}{{job="job-3", code=~"5.."}}', 15),
    ("comparison", f"{REQUESTS} > 105000", 60),
    ("rate", f"rate({REQUESTS}[5m])", 60),
    ("increase, 30 m", f"sum(increase({REQUESTS}[30m]))", 15),
    ("avg_over_time, 30 m", f"sum(avg_over_time({REQUESTS}[30m]))", 15),
    ("max_over_time, 30 m", f"sum(max_over_time({REQUESTS}[30m]))", 15),
    ("sum by", f"sum by (job, code) ({REQUESTS})", 15),
    ("sum by of rate", BY_JOB, 15),
    ("topk of rate", f"topk(10, rate({REQUESTS}[5m]))", 60),
    ("histogram_quantile", f"histogram_quantile(0.99, sum by (job, le) (rate({BUCKETS}[5m])))", 15),
    ("join, group_left",
     f"sum by (version) (rate({REQUESTS}[5m]) * on (job, instance) group_left (version) info)", 60),
    ("and", f"sum({REQUESTS} and on (job, instance) (info{{version=\"v1\"}} == 1))", 60),
    ("alert on errors", f'sum by (job) (rate({REQUESTS}{{code=~"5.."}}[5m])) / {BY_JOB} > 0.05', 15),
)


def targets():
    for job in range(JOBS):
        for instance in range(INSTANCES):
            yield job, f'job="job-{job}",instance="host-{instance:03}.example.org:9100"'


def times(source):
    return [f"{BEGIN + at + source.choice((1, 2, 3, 5, 6, 7)) / 8:.3f}"
            for at in range(0, LENGTH, INTERVAL)]


def counters(source, when, step):
    """Values for the times: rising, now and then from zero again."""
    value = 100_000 + source.randrange(10_000)  # far from zero, see tests/differential/README.md
    for at in when:
        value = 0 if source.random() < 0.002 else value + source.randrange(step)
        yield at, value


def write_buckets(out, source, target, when):
    counts = [100_000 + source.randrange(20) for _ in BOUNDS]
    rows = {bound: [] for bound in BOUNDS}
    for at in when:
        total = 0
        for i, bound in enumerate(BOUNDS):
            counts[i] += source.randrange(6)
            total += counts[i]
            rows[bound].append(f"{total} {at}")
    for bound, row in rows.items():
        name = f'{BUCKETS}{{{target},le="{bound}"}} '
        out.write("".join(f"{name}{sample}\n" for sample in row))


def write(file):
    """An OpenMetrics file."""
    source = random.Random(1)
    with open(file, "w") as out:
        for job, target in targets():
            write_buckets(out, source, target, times(source))
        for job, target in targets():
            for method in METHODS:
                for code in CODES:
                    name = f'{REQUESTS}{{{target},method="{method}",code="{code}"}} '
                    step = 30 if code.startswith("2") else 2 + job
                    out.write("".join(f"{name}{value} {at}\n" for at, value in
                                      counters(source, times(source), step)))
        for job, target in targets():
            name = f'info{{{target},version="v{source.randrange(3)}"}} 1 '
            out.write("".join(f"{name}{at}\n" for at in times(source)))
        out.write("# EOF\n")
