// A provider's answer came by a form of another site, to which the browser gives no session: it is
// sent once more from a page of ours. Without scripts a person presses the button.

document.getElementById("onward").submit();
