"""Non-interference: what one side does apart changes nothing that anybody else is shown, by any way there is."""
