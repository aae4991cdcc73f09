import pandas as pd
import pytest

from equitymodel.decision.person_identifiers import identifies, ranks, refuse_persons, refuse_words_of_persons
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit
LABELS = ("ics", "deprivation")


def valid_nhs_numbers(number):
    made = []
    for start in range(400_000_000, 400_002_000):
        digits = [int(digit) for digit in str(start)]
        check = (11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11) % 11
        if check < 10:
            made.append(f"{start}{check}")
    return made[:number]


@pytest.mark.parametrize(
    "name",
    ["NHS number", "nhs_no", "NHSNumber", "PseudoID", "pseudo_nhs", "Encrypted_HESID", "patient_id", "PatientID", "MRN",
     "person key", "Der_Pseudo_NHS_Number", "Token_Person_ID", "date of birth", "DOB", "surname", "Postcode", "uuid"],
)  # fmt: skip
def test_names_that_stand_for_one_person_are_known(name):
    assert identifies(name)


@pytest.mark.parametrize(
    "name", ["patients", "ics", "deprivation", "persons", "cost_per_person_reached", "name", "reach", "number", "stage"]
)
def test_names_of_groups_and_counts_are_not_taken_for_persons(name):
    assert not identifies(name)
    assert not ranks(name)


@pytest.mark.parametrize("name", ["rank_individuals", "patient score", "priority of patients", "rank_patients"])
def test_an_order_of_persons_is_known(name):
    assert ranks(name)


def test_a_column_of_identifiers_is_refused_with_the_reason():
    with pytest.raises(OptionError, match=r"'Pseudo_ID' identifies persons; .* never for persons.*Add the rows up"):
        refuse_persons(pd.DataFrame({"Pseudo_ID": [1], "reach": [1]}), labels=LABELS, name="reach.csv")


def test_nhs_numbers_under_another_name_are_refused():
    table = pd.DataFrame({"deprivation": range(10), "key": valid_nhs_numbers(10)})
    with pytest.raises(OptionError, match="'key' holds NHS numbers"):
        refuse_persons(table, labels=LABELS, name="reach.csv")
    with pytest.raises(OptionError, match="'key' holds NHS numbers"):
        refuse_persons(table.assign(key=table["key"].astype(float)), labels=LABELS, name="reach.csv")


def test_ten_digits_that_are_no_nhs_numbers_are_let_through():
    table = pd.DataFrame({"deprivation": range(10), "count": [f"{int(one) + 1}" for one in valid_nhs_numbers(10)]})
    refuse_persons(table, labels=LABELS, name="reach.csv")


def test_a_row_a_person_is_refused_and_a_row_a_group_is_not():
    groups = pd.DataFrame({"ics": [f"Q{n}" for n in range(42)] * 5, "deprivation": [n for n in range(5) for _ in range(42)],
                           "reach": 0.5})  # fmt: skip
    refuse_persons(groups, labels=LABELS, name="reach.csv")
    persons = pd.DataFrame({"deprivation": [1, 2] * 20, "reach": 1})
    with pytest.raises(OptionError, match="40 rows for 2 groups look like a row a person"):
        refuse_persons(persons, labels=LABELS, name="reach.csv")


def test_a_ranking_of_persons_is_refused_however_deep():
    with pytest.raises(OptionError, match="'rank_individuals' asks for an order of persons"):
        refuse_words_of_persons({"effect": [{"then": {"rank_individuals": True}}]}, "options.toml")
    refuse_words_of_persons({"effect": [{"strategy": 6}], "ranks": 1}, "options.toml")


def test_labels_of_amounts_are_no_words():
    refuse_words_of_persons({"per_admission": {"cost": {"Telephone": 30, "patient": 2}}}, "options.toml")
    with pytest.raises(OptionError, match="'patient_id' identifies persons"):
        refuse_words_of_persons({"effect": [{"strategy": 6, "patient_id": 1}]}, "options.toml")
