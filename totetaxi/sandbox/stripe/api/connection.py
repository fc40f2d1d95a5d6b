"""Closing a connection in the middle of a call."""

import socket

from flask import Request, Response


def dropped(request: Request) -> Response:
    """Cut the connection, so that the caller never learns what became of its call.

    The server's attempt to send the returned response fails quietly.
    """
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    response = Response(status=500)
    response.headers["Connection"] = "close"
    return response
