"""Model specifications that ship with the package: one TOML file a model."""
