"""Working days in China: weekends and public holidays off, weekends worked in exchange on."""
