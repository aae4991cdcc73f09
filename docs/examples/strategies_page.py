"""Write docs/strategies.md from the register that ships, and from the contracts that files are held against.

uv run python docs/examples/strategies_page.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from equitymodel.data.tables.rules import Rule
from equitymodel.decision.read_effects import RULES as OF_EFFECTS
from equitymodel.decision.read_register import RULES as OF_REGISTERS
from equitymodel.decision.read_register import read_strategies
from equitymodel.decision.register_words import NO_EVIDENCE, PLANNED_WITH
from equitymodel.decision.strategy_record import MARKED, STAGES, Register, Strategy

PAGE = Path(__file__).parents[1] / "strategies.md"
OPENING = """# Strategies: what is known of each, and what each would move

*Made from the register in `equitymodel/decision/register/` and from the rules that files are held against, by
`uv run python docs/examples/strategies_page.py`.*

The Strategy Unit's report of 2022 names 18 strategies by which an ICS might make access to planned hospital care more
equal. The register holds, for each, what is published, what is inferred, and what nobody here knows, apart from one
another. Nothing in it recommends a strategy.

```bash
uv run equitymodel strategies list
uv run equitymodel strategies show 6
uv run equitymodel strategies copy mine.toml
uv run equitymodel strategies list --own mine.toml
```

`copy` writes the register as a file of your own: keep the records that you change, add pieces of local evidence under
`[[strategy.evidence]]` with `read = "local"`, and number strategies of your own from 19 on. Such a file is held against
[the same contract](#rules-of-a-register). In Python: `em.read_strategies("mine.toml")`.

## What would each move?

```bash
uv run equitymodel strategies effects --demo --out chain             # the whole way, with made-up numbers
uv run equitymodel strategies effects stages_results options.toml --out effects
uv run equitymodel report effects board.docx --area Devon
```

`--demo` goes the whole way on the embedded example, in well under two minutes: `chain/stages` says where its gap arises,
`chain/options.toml` is a short list of strategies with effects that are made up, to copy and change, and `chain/effects`
says what each would move; `chain/choice.toml` is for [choosing between them](choosing.md). With your own, the command takes the saved [stages of a pathway](stages.md) and a file in which **you** state what you believe of each strategy, and
from where. In Python: `em.strategy_effects(profile, "options.toml")`, with a profile at hand or from
`em.inference.open_profile("stages_results")`.

```toml
format = 1
made_up = true                       # as here: everything then says so
months_counted = 12                  # how long the counts of the pathway are for

[[effect]]
strategy = 6                         # number, name, or a part of a name that no other has
stage = "seen"                       # the stage that is arrived at: its passage changes
source = "made up for this page"     # required: nothing is carried through without one
all_groups = { ratio = 1.05, interval = [1.01, 1.09] }
reach = 0.8                          # share of each group; a list by group, or a CSV with deprivation and reach
months_to_effect = 3
fixed_cost = 20000                   # pounds of each ICS
cost_per_person_reached = 0.5

[[effect]]
strategy = "transport systems"
stage = "seen"
source = "made up for this page"
most_deprived = { log_effect = 0.10, sd = 0.05 }
least_deprived = { log_effect = 0.02, sd = 0.05 }
correlation = 0.5
reach = [0.4, 0.3, 0.2, 0.1, 0.1]    # the most deprived first

[per_admission]                      # by procedure; what is absent leaves its result out
cost = { "hip replacement" = 7000 }
capacity = { "hip replacement" = 2 }

[capacity]                           # fixed: what is beyond it must give way
unit = "theatre hours"
spare = 100
given_up_per_admission = 1.5
```

| question | answer |
|---|---|
| What is an effect? | The ratio by which a passage changes among those reached; a log effect is its natural log. Groups between the most and the least deprived lie in line with their rank. |
| And if nobody says that it differs between groups? | Its difference has mean 0 exactly, in the draws themselves, with a standard deviation that is shown. Ratios between groups then move in neither direction on average. Differences between groups still grow with the whole: who has more admissions also gains more. |
| Why the log scale and not log odds? | On log odds an effect alike for all would move the ratio between groups, as those of whom fewer pass would gain more: an effect on equity that nobody stated. |
| What of a passage that nearly all pass? | Of linked records no more than all can pass; `at_bound` says in which share of draws that bound is met, and some of what the gap does is then the bound. |
| Several strategies on one passage? | Their log effects add up, and the bound is applied once, so that the order cannot matter and nobody is counted twice. The joint effect stands beside the sum over single ones. |
| What must give way? | Capacity that extra admissions take, less what is spare, ICS by ICS; as admissions given up elsewhere where you say what one of them frees. From which groups they are taken is a choice, and is not worked out. |
| What if a number is missing? | Its result is left out, and `left_out.csv` says what would fill it. No cost, reach, capacity or health gain ships. |
| Who should get it? | Not answered, ever: groups only. Files with identifiers of persons, a row a person, or a ranking of persons are refused. |

`strategy_effects.csv` has a row a quantity, strategy, ICS, procedure and group: `extra_admissions` (means, so that they
add up), `gap_ratio`, `gap_ratio_change` with the probability that the gap narrows, `gap_difference_change`, and where they
were stated costs, capacity, health and what happens within a horizon. `strategy_inputs.csv` has what was stated, with its
source.

"""


def page() -> str:
    """Lay out the register and both contracts."""
    register = read_strategies()
    parts = [*_overview(register), *(line for one in register for line in _record(one)), *_law(register),
             *_rules("Rules of a register", OF_REGISTERS), *_rules("Rules of a file of effects", OF_EFFECTS)]  # fmt: skip
    return OPENING + "\n".join(parts) + "\n"


def _overview(register: Register) -> Iterator[str]:
    yield "## The 18 strategies\n"
    yield "| # | strategy | stage | evidence held | contested | uses a protected characteristic |\n|---|---|---|---|---|---|"
    for one in register:
        yield (f"| {one.number} | {one.name} | {one.stage} | {len(one.evidence) or 'none'} | {one.contested} | "
               f"{one.uses_protected_characteristic} |")  # fmt: skip
    yield f"\nStages: {'; '.join(f'{letter} {stage}' for letter, stage in STAGES.items())}. {PLANNED_WITH}\n"
    for part, source in register.sources.items():
        yield f"- Source of {MARKED[part]}: {source}"
    yield ""


def _record(one: Strategy) -> Iterator[str]:
    yield f"### {one.number}. {one.name}\n"
    for mark in ("published", "inferred"):
        said = "; ".join(f"{MARKED[part]}: {text}" for part, text in one.parts(mark).items() if part != "name")
        yield f"- *{mark.capitalize()}*: {said}."
    yield f"- *Unknown*: {', '.join(MARKED[part] for part in one.parts('unknown'))}."
    yield from (f"- *Evidence*: {piece}" for piece in one.evidence)
    if not one.evidence:
        yield f"- *Evidence*: {NO_EVIDENCE}"
    yield ""


def _law(register: Register) -> Iterator[str]:
    yield "## What the law says\n"
    yield from (f"- {entry}" for entry in register.legal)
    yield ""


def _rules(title: str, rules: tuple[Rule, ...]) -> Iterator[str]:
    yield f"## {title}\n\n| id | what is found | way out |\n|---|---|---|"
    yield from (f"| {rule.id} | {rule.states} | {rule.way_out} |" for rule in rules)
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
