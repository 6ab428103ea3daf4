"""What a district takes along: rows for programs, a workbook for people, a report for the board."""
