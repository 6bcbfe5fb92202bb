"""How values look on a page: dates, times, numbers, accents, charts; no HTTP here."""
