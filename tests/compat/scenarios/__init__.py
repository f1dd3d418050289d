"""All scenarios, as tables; see ../scenario.py for how they are read."""
from scenarios import (acceptance, alerts, better, delivery, grouping, inhibition, intervals, reload,
                       routing, silences)

SCENARIOS = [scenario for tables in (grouping, routing, alerts, inhibition, intervals, silences,
                                     delivery, reload, acceptance, better)
             for scenario in tables.SCENARIOS]
