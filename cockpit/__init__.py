"""Qingyuan Cockpit (清源驾驶舱): analytics for the supervision of grassroots power."""
