"""How programs read the work: campaigns, cycles, cells, reflections, submissions, dashboards."""
