# The R peer of covariates_against_r.py: Rscript covariates.R COUNTS.csv
# Prints one line of JSON: estimates and standard errors of fixed effects, and the two standard deviations.

if (!requireNamespace("glmmTMB", quietly = TRUE)) {
  cat('{"failed": "glmmTMB is not installed"}\n')
  quit(status = 0)
}
counts <- read.csv(commandArgs(trailingOnly = TRUE)[1], stringsAsFactors = TRUE)
fit <- glmmTMB::glmmTMB(
  admissions ~ 0 + procedure + procedure:x + beds + distance + offset(log(expected)) + (1 | ics),
  counts, family = glmmTMB::nbinom2()
)
table <- summary(fit)$coefficients$cond
line <- function(name, value, error) sprintf('"%s": [%.10g, %.10g]', name, value, error)
fixed <- mapply(line, rownames(table), table[, 1], table[, 2])
spread <- c(line("ics sd", attr(glmmTMB::VarCorr(fit)$cond$ics, "stddev"), NaN),
            line("extra variation", glmmTMB::sigma(fit)^-0.5, NaN))
cat("{", gsub("NaN", "null", paste(c(fixed, spread), collapse = ", ")), "}\n", sep = "")
