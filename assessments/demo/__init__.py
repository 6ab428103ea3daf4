"""The demo: two fictional districts and what their schools wrote. Nothing here is needed to run."""
