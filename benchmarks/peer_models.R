# The R peers of peers.py: Rscript peer_models.R ENGINE COUNTS.csv
# The last line printed is JSON: seconds, when the fit was done, memory, and estimates.

arguments <- commandArgs(trailingOnly = TRUE)
engine <- arguments[1]
needed <- list(glmmTMB = "glmmTMB", "glmmTMB-parallel" = "glmmTMB", "lme4-poisson" = "lme4", "lme4-nb" = "lme4",
               rstanarm = c("rstanarm", "posterior"))[[engine]]
for (package in needed) {
  if (!requireNamespace(package, quietly = TRUE)) {
    cat('{"failed": "not installed"}\n')
    quit(status = 0)
  }
}

counts <- read.csv(arguments[2], stringsAsFactors = TRUE)
counts$pair <- interaction(counts$ics, counts$procedure, sep = "_", drop = TRUE)
formula <- admissions ~ x + offset(log(expected)) +
  (1 | procedure) + (0 + x | procedure) + (1 | ics) + (0 + x | ics) + (1 | pair) + (0 + x | pair)
spreads <- c("procedure_level_sd", "procedure_gradient_sd", "ics_level_sd", "ics_gradient_sd",
             "ics_by_procedure_level_sd", "ics_by_procedure_gradient_sd")
fixed <- c("national_level", "national_gradient")

fit_model <- switch(engine,
  glmmTMB = function() glmmTMB::glmmTMB(formula, counts, family = glmmTMB::nbinom2()),
  "glmmTMB-parallel" = function() {
    cores <- glmmTMB::glmmTMBControl(parallel = parallel::detectCores())
    glmmTMB::glmmTMB(formula, counts, family = glmmTMB::nbinom2(), control = cores)
  },
  "lme4-poisson" = function() lme4::glmer(formula, counts, family = poisson()),
  "lme4-nb" = function() lme4::glmer.nb(formula, counts),
  rstanarm = function() { # its default prior of the size, exponential(1), would double the extra variation
    rstanarm::stan_glmer(formula, counts, family = rstanarm::neg_binomial_2(), prior_aux = NULL, chains = 2, cores = 2,
                         iter = 2000, warmup = 1000, seed = 1, refresh = 0)
  }
)

# Estimate and standard error by name; standard errors of exp(p) by the delta method.
estimates_glmmTMB <- function(fit) {
  value <- fit$sdr$par.fixed
  error <- sqrt(diag(fit$sdr$cov.fixed))
  kind <- names(value)
  size <- grepl("^betad", kind) # log of the size of the negative binomial; extra variation is size^(-1/2)
  estimate <- c(value[kind == "beta"], exp(value[kind == "theta"]), exp(-value[size] / 2))
  se <- c(error[kind == "beta"], exp(value[kind == "theta"]) * error[kind == "theta"],
          exp(-value[size] / 2) * error[size] / 2)
  pair_up(estimate, se, c(fixed, spreads, "extra_variation"))
}

estimates_lme4 <- function(fit) {
  table <- as.data.frame(lme4::VarCorr(fit))
  where <- paste(sub("[.][0-9]+$", "", table$grp), table$var1)
  order <- match(paste(rep(c("procedure", "ics", "pair"), each = 2), c("(Intercept)", "x")), where)
  estimate <- c(lme4::fixef(fit), table$sdcor[order])
  se <- c(sqrt(diag(as.matrix(vcov(fit)))), rep(NA, 6))
  named <- c(fixed, spreads)
  if (engine == "lme4-nb") {
    estimate <- c(estimate, lme4::getME(fit, "glmer.nb.theta")^-0.5)
    se <- c(se, NA)
    named <- c(named, "extra_variation")
  }
  pair_up(estimate, se, named)
}

estimates_rstanarm <- function(fit) {
  draws <- as.matrix(fit)
  variance <- paste0("Sigma[", rep(c("procedure", "ics", "pair"), each = 2), ":",
                     c("(Intercept),(Intercept)", "x,x"), "]")
  values <- cbind(draws[, c("(Intercept)", "x")], sqrt(draws[, variance]), draws[, "reciprocal_dispersion"]^-0.5)
  pair_up(colMeans(values), apply(values, 2, sd), c(fixed, spreads, "extra_variation"))
}

pair_up <- function(estimate, se, names) setNames(Map(c, estimate, se), names)

# The smallest effective sample size of the level, the gradient and the gap of every ICS and procedure.
effective <- function(fit) {
  draws <- as.array(fit) # iterations x chains x parameters
  pairs <- unique(counts[c("ics", "procedure", "pair")])
  gradient <- draws[, , "x"]
  slope <- function(what, level) draws[, , paste0("b[x ", what, ":", level, "]")]
  sizes <- mapply(function(ics, procedure, pair) {
    posterior::ess_bulk(gradient + slope("ics", ics) + slope("procedure", procedure) + slope("pair", pair))
  }, as.character(pairs$ics), as.character(pairs$procedure), as.character(pairs$pair))
  min(sizes, posterior::ess_bulk(gradient), posterior::ess_bulk(draws[, , "(Intercept)"]))
}

peak <- function() { # kilobytes, of this process
  status <- if (file.exists("/proc/self/status")) readLines("/proc/self/status") else "VmHWM: NA"
  as.numeric(gsub("[^0-9]", "", grep("VmHWM", status, value = TRUE)))
}

to_json <- function(value) {
  if (is.list(value)) {
    return(paste0("{", paste0('"', names(value), '": ', vapply(value, to_json, ""), collapse = ", "), "}"))
  }
  if (is.character(value)) {
    return(paste0('"', gsub('["\\\\\n]', " ", value), '"'))
  }
  number <- ifelse(is.na(value), "null", format(value, digits = 15, trim = TRUE))
  if (length(number) == 1) number else paste0("[", paste(number, collapse = ", "), "]")
}

warned <- character()
started <- proc.time()[["elapsed"]]
fit <- withCallingHandlers(fit_model(), warning = function(warning) {
  warned <<- c(warned, conditionMessage(warning))
  invokeRestart("muffleWarning")
})
result <- list(seconds = proc.time()[["elapsed"]] - started, done = as.numeric(Sys.time()), peak = peak() / 1024)
family <- sub("-.*", "", engine)
result$estimates <- list(glmmTMB = estimates_glmmTMB, lme4 = estimates_lme4, rstanarm = estimates_rstanarm)[[family]](fit)
if (engine == "rstanarm") result$effective <- effective(fit)
if (length(warned)) result$note <- substr(sub("[.]? See .*", "", gsub("\n", " ", warned[1])), 1, 160)
cat(to_json(result), "\n", sep = "")
