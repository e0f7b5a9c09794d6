"""The bundled fonts, and cutting them to the content's characters and Khmer clusters."""
