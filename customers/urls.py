"""Pages of the customer file itself; the list and the whole customer stand in workspace."""

from django.urls import include, path

from customers.views import attachments, contacts, credit, file, hints, private, rows, similar, ties

_CONTACT = [
    path("", contacts.contact, name="contact"),
    path("edit/", contacts.contact_edit, name="contact_edit"),
    path("leave/", contacts.contact_leave, name="contact_leave"),
    path("back/", contacts.contact_back, name="contact_back"),
    path("open/", private.contact_open, name="contact_open"),
    path("private/", private.contact_private, name="contact_private"),
    path("tie/", ties.contact_tie, name="contact_tie"),
    path("untie/<int:colleague>/", ties.contact_untie, name="contact_untie"),
    path("knows/", ties.contact_knows, name="contact_knows"),
    path("estrange/<int:other>/", ties.contact_estrange, name="contact_estrange"),
    path("join/<int:other>/", ties.contact_join, name="contact_join"),
    path("part/", ties.contact_part, name="contact_part"),
]

urlpatterns = [
    path("new/", file.create, name="customer_new"),
    path("uscc/", hints.uscc_check, name="uscc_check"),
    path("divisions/", hints.divisions, name="divisions"),
    path("new/similar/", similar.similar, name="customer_similar"),
    path("<int:pk>/edit/", file.edit, name="customer_edit"),
    path("openings/", private.openings, name="openings"),
    path("<int:pk>/contacts/new/", contacts.contact_new, name="contact_new"),
    path("<int:pk>/contacts/<int:number>/", include(_CONTACT)),
    path("<int:pk>/files/new/", attachments.files_new, name="files_new"),
    path("<int:pk>/files/<int:row>/", attachments.file, name="file"),
    path("<int:pk>/files/<int:row>/remove/", attachments.file_remove, name="file_remove"),
    path("<int:pk>/credit/facts/<slug:topic>/", credit.fact, name="credit_fact"),
    path(
        "<int:pk>/credit/accounts/<int:row>/number/", credit.account_number, name="account_number"
    ),
    path("<int:pk>/credit/<slug:kind>/new/", credit.part, name="credit_new"),
    path("<int:pk>/credit/<slug:kind>/<int:row>/", credit.part, name="credit_part"),
    path("<int:pk>/shareholders/new/", rows.shareholder_new, name="shareholder_new"),
    path("<int:pk>/shareholders/<int:row>/", rows.shareholder, name="shareholder"),
    path("<int:pk>/addresses/new/", rows.address_new, name="address_new"),
    path("<int:pk>/addresses/<int:row>/", rows.address, name="address"),
]
