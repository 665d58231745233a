"""The subscriber's cabinet: what people and firms do here, and everything the staff panel stands on."""
