"""Stage 1: what was observed. Tables in, checked cells and series out.

Names load when first used.
"""

from __future__ import annotations

import lazy_loader

_FILES = {
    "tables.read_tables": ("read_admissions", "read_population", "read_need", "read_rates", "read_not_offered"),
    "tables.checked_table": ("CheckedTable",),
    "tables.sent_table": ("SentTable",),
    "tables.footprints": ("icb_boards",),
    "tables.deprivation": ("Deprivation", "ridit"),
    "tables.groups": ("Group",),
    "tables.suppression": ("SmallNumberRule", "SmallNumbers", "count_bounds", "small_number_rule"),
    "tables.areas": ("age_sex_profile", "icb_residents"),
    "tables.hexagons": ("icb_hexagons",),
    "tables.nearest_areas": ("nearest_areas",),
    "tables.findings": ("Finding", "findings_frame"),
    "tables.rules": ("Rule", "contract"),
    "cells.read_cells": ("data_log", "headline_expected", "make_cells", "read_cells"),
    "cells.cell_facts": ("CellFacts",),
    "cells.bands": ("Ages", "by_band"),
    "cells.cell_periods": ("CellTime",),
    "cells.plausible_rates": ("procedure_rates", "rates_found"),
    "cells.reference_rates": ("reference_rates", "reference_rates_within"),
    "cells.area_covariates": ("read_area_covariates", "with_covariates"),
    "cells.area_neighbours": ("read_neighbours", "with_neighbours"),
    "cells.unit_costs": ("cost_by_procedure", "read_unit_costs", "with_unit_costs"),
    "cells.standardise": ("directly_standardised_rate", "indirect_expected", "standardisation_difference"),
    "cells.rate_limits": ("byar_limits", "exact_limits", "standardised_ratio_limits", "wilson_limits"),
    "cells.rate_error": ("RateError", "draw_reference_rates", "rate_error_share"),
    "series.covariates": ("Covariate",),
    "series.measured_series": ("read_measured",),
    "series.read_series": ("add_up_series", "read_series"),
    "series.series_facts": ("SeriesFacts", "calendar_of"),
    "series.periods": ("Periods",),
    "series.breaks": ("known_breaks",),
    "series.working_days": ("bank_holidays", "count_working_days"),
    "stages.read_stages": ("read_stages",),
    "waiting.rtt_layout": ("read_rtt",),
    "areas.crosswalk": ("Crosswalk", "read_crosswalk"),
    "areas.small_area_shares": ("crosswalk_of_small_areas",),
    "areas.board_succession": ("board_succession",),
    "areas.carry_known": ("carry_people",),
    "areas.carry_table": ("carry_table",),
    "records.count_records": ("CountedRecords", "count_records"),
    "records.record_engine": ("RecordEngine",),
    "records.record_selection": ("RecordSelection",),
    "records.procedure_groups": ("procedure_groups",),
    "series.as_of": ("hide_counts_from", "truncate_at"),
}
__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs=_FILES)
