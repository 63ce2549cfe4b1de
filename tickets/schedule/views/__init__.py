"""The pages about dates: a ticket's schedule, the vendor's calendar, the vendor's capacity."""
