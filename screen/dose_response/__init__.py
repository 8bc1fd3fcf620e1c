"""What a dose-response curve is: fits, areas, their intervals, growth rates, combinations; numbers in, numbers out.

Plates of a lab, published wells and points of other screens all pass through :func:`screen.dose_response.curves.fit`.
"""
